import openpyxl,sys,json
NODE=['City','State','Country','Region','Latitude','Longitude','Type','Booster_restriction','Preamp_restriction']
LSUB=['Distance (km)','Fiber type','lineic att','Con_in','Con_out','PMD','Cable id']
ESUB=['amp type','att_in','amp gain','delta p','tilt','att_out']
ROADM=['Node A','Node Z','per degree target power (dBm)','type_variety','from degrees','from degree to degree impairment id']
SERV=['route id','Source','Destination','TRX type','Mode','System: spacing','System: input power (dBm)','System: nb of channels','routing: disjoint from','routing: path','routing: is loose?','path bandwidth']
def book(name,nodes,links,eqpt=None,roadms=None,service=None):
    wb=openpyxl.Workbook(); wb.remove(wb.active)
    def sheet(n,rows,start=5):
        ws=wb.create_sheet(n)
        for r,c,v in rows: ws.cell(row=r,column=c,value=v)
        return ws
    def put(n,head,rows,two=None):
        cells=[]
        if two is None:
            for i,h in enumerate(head): cells.append((5,i+1,h))
        else:
            k=len(two)
            cells+= [(4,1,'links') if False else (5,1,'Node A'),(5,2,'Node Z')]
            cells+= [(4,3,'east'),(4,3+k,'west')]
            for i,h in enumerate(two): cells+= [(5,3+i,h),(5,3+k+i,h)]
        for j,r in enumerate(rows):
            for i,v in enumerate(r):
                if v is not None: cells.append((6+j,i+1,v))
        sheet(n,cells)
    put('Nodes',NODE,nodes)
    put('Links',None,links,LSUB)
    if eqpt is not None: put('Eqpt',None,eqpt,ESUB)
    if roadms is not None: put('Roadms',ROADM,roadms)
    if service is not None: put('Service',SERV,service)
    wb.save(name)

N=None
book('ring.xlsx',
 [['A',N,'FR','R1',2.0,1,'ROADM','std_medium_gain | std_low_gain','std_high_gain'],['B',N,N,'R1',3,4,'ILA'],['C',N,N,'R2',5.5,6,'ROADM'],['D',N,N,N,N,N,'FUSED'],['E',N,N,'R1',1,1]],
 [['A','B',50,'SSMF',0.2,0.5,0.5,0.1,'F1'],['B','C',60.5,'NZDF',0.21,0,N,N,'F2',61,'SSMF',0.22],['C','D'],['D','A',70],['A','E',33],['E','C',44.25]],
 )
nodes=[['A',N,'FR','R1',2.0,1,'ROADM','std_medium_gain | std_low_gain','std_high_gain'],['B',N,N,'R1',3,4,'ILA'],['C',N,N,'R2',5.5,6,'ROADM'],['D',N,N,N,N,N,'FUSED'],['E',N,N,'R1',1,1]]
links=[['B','A',50,'SSMF',0.2,0.5,0.5,0.1,'F1'],['C','B',60.5,'NZDF',0.21,0,N,N,'F2',61,'SSMF',0.22],['C','D'],['D','A',70],['A','E',33],['E','C',44.25]]
eq=[['A','B','std_medium_gain',1,20.5,0.5,0.1,2,'std_low_gain',N,15,N,N,N],
    ['A','D','fused',N,N,N,N,N,N],
    ['A','E','std_medium_gain',N,N,N,N,N,'fused'],
    ['B','A','std_low_gain',N,18,1,N,1.5,'std_medium_gain',0,0,0,0,0],
    ['C','B','std_medium_gain'],
    ['E','C',N,N,17],
    ['C','E',N,N,N,N,N,N,'std_medium_gain',0.5,22,-1,0.2,0.3]]
book('amplifiers.xlsx',nodes,links,eq)
nodes=[['A',N,N,'R1',2.0,1],['B',N,N,'R1',3,4,'ILA'],['C',N,N,'R2',5.5,6,'ROADM','a | b'],['D',N,N,N,N,N,'fused'],['E',N,N,'R1',1,1,'ila'],['F',N,N,'',1,1,'ROADM'],['G',N,N,'R',1,1,'XX'],[12,N,N,'R',1,1,'ROADM']]
links=[['A','B',50,'SSMF',0.2,0.5,0.5,0.1,'F1'],['B','C',60.5],['C','D'],['D','A',70],['A','E',33],['E','C',44.25],['C','F',10,N,N,N,N,N,'X1'],['F','G',20],['G',12,21,N,N,0,0]]
eq=[['A','B','std_medium_gain',1,20.5],['E','A','std_low_gain',N,N,N,N,N,'std_x']]
ro=[['A','B',-20,'rt'],['A','E',-18.5,'rt','B | D','1 | 2'],['C','E',N,'rt2'],['F','G',-17]]
book('degrees.xlsx',nodes,links,eq,ro)
nodes=[['A',N,N,'R1',2.0,1,'ROADM'],['B',N,N,'R1',3,4,'ILA'],['C',N,N,'R2',5.5,6,'ROADM'],['E',N,N,'R1',1,1,'ROADM']]
links=[['A','B',50],['B','C',60.5],['A','E',33],['E','C',44.25]]
sv=[[0,'A','C','Voyager','mode 1',50,N,80,N,N,N,100],['1','A','E','Voyager',N,50,1,N,N,'C',N,10],['r2','C','E','vendorA_trx-type1','mode 2',75,-2.5,'', '0 | 1','C | A | E','no',60.5],[3.0,'C','A','Voyager','mode 1',37.5,0,96,1,'A','yes',200],[4,'C','A','Voyager','mode 1',50,0,96,N,'trx C | B | roadm A | foo',N,N]]
book('services.xlsx',nodes,links,service=sv)
